import { createEngine } from '../../demo/engine/client.js';
import type { Engine } from '../../demo/ui/engine.js';

// The page that test/browser/demo_engine.test.ts drives: nothing but the engine.

declare global {
  var engine: Engine;
}

globalThis.engine = createEngine();
