import type { Plugin } from 'vite';

/**
 * What the built page may do: its own files, pictures that it made itself, and nothing else; no request can leave its host. The development
 * server needs inline styles and a socket, so that only the build has it.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Adds the Content-Security-Policy to the page, before everything that it governs. */
export function contentPolicy(): Plugin {
  return {
    name: 'pathlight-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' as const },
    ],
  };
}
