import type { Picture } from '../../../src/index.js';
import { present } from '../../lib/present.js';

/** Samples as the file holds them: not converted by profile or gamma, and not multiplied by alpha. */
export const AS_STORED = { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' } as const;

/** The samples of a bitmap: red, green, blue and alpha. */
export function samplesOf(bitmap: ImageBitmap): Picture {
  const { width, height } = bitmap;
  const context = present(new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true }), 'the 2d context');
  context.drawImage(bitmap, 0, 0);
  const data = new Uint8Array(context.getImageData(0, 0, width, height).data.buffer);
  // A canvas stores colours multiplied by alpha, in 8 bits: only those of opaque pixels come back unchanged.
  const opaque = data.every((sample, i) => i % 4 !== 3 || sample === 255);
  return { width, height, channels: 4, data: opaque ? data : (readTexture(bitmap) ?? data) };
}

/** The samples of a bitmap by way of a texture, which holds them as they are. Undefined without WebGL, and for pictures larger than textures. */
function readTexture(bitmap: ImageBitmap): Uint8Array | undefined {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (gl === null) return undefined;
  const { width, height } = bitmap;
  try {
    if (Math.max(width, height) > Number(gl.getParameter(gl.MAX_TEXTURE_SIZE))) return undefined;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    const data = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    return gl.getError() === gl.NO_ERROR ? data : undefined;
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
