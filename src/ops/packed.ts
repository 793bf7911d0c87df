const kept = new WeakMap<object, Map<string, Float32Array>>();

/**
 * What is made of a constant for a kernel, under a key that says how; kept as long as the constant is. All schedules of a network then bind
 * the same array, which is made once and which a device holds once.
 */
export function packed(constant: object, key: string, make: () => Float32Array): Float32Array {
  const made = kept.get(constant) ?? new Map<string, Float32Array>();
  kept.set(constant, made);
  const data = made.get(key) ?? make();
  made.set(key, data);
  return data;
}
