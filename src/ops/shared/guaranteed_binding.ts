/** Bytes of a storage buffer that every WebGPU device binds (maxStorageBufferBindingSize). */
export const GUARANTEED_BINDING = 2 ** 27;
