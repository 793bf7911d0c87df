// `sum` becomes the sum of the `sum`s of all members of a row, in pairs. Whoever uses `parts` anew needs a barrier before.
  parts[local] = sum;
  workgroupBarrier();
  for (var half = ${MEMBERS / 2}u; half > 0u; half /= 2u) {
    if (member < half) {
      parts[local] += parts[local + half * ${LANES}u];
    }
    workgroupBarrier();
  }
  sum = parts[own];
