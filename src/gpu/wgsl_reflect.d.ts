// In Node the bare import of wgsl_reflect exports nothing; this entry works everywhere but comes without types of its own.
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
