// A code that is neither a tap nor CLOSED.
const NONE = 0xfffffffeu;

fn codes_at(index: u32) -> vec4u {
#if WIDE
  return codes[index];
#else
  return codes_of(codes[index]);
#end
}

// The code of the tap that lies over a pixel, so many rows and columns from its window's corner. NONE over a hole of a dilated window.
fn code_over(reach: vec2u) -> u32 {
  let tap = reach / parameters.dilation;
  return select(NONE, tap.x * parameters.kernel.y + tap.y, all(tap * parameters.dilation == reach));
}
