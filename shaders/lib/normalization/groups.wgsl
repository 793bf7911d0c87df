// The groups of a normalisation: x is [outer][length][inner], and each line along `length` is a group.
// requires: lib/grid

// The first element of group `group` within a sample of x, [outer][length][inner]. The group's elements are `inner` apart.
fn group_start(group: u32, length: u32, inner: u32) -> u32 {
  return group / inner * length * inner + group % inner;
}
