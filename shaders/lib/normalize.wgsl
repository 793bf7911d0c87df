// The groups of a normalisation: x is [outer][length][inner], and each line along the middle is a group.
// requires: lib/grid

// The first element of group `group` of x as [outer][length][inner], counted within a sample; its elements are `inner` apart.
fn group_start(group: u32, length: u32, inner: u32) -> u32 {
  return group / inner * length * inner + group % inner;
}

// Elements that an invocation takes where it writes them: it reads the numbers of their group once. The same as in src/ops/normalization/normalize.ts.
const RUN = 16u;
