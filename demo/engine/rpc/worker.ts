import { EngineHost } from '../host.js';
import { readDigits, readShipped } from '../inputs/shipped.js';
import { serve } from './serve.js';

// The worker of the page: everything that takes time runs here.
const host = new EngineHost(navigator.gpu as GPU | undefined, () => rebuilt(), { readShipped, readDigits });
const rebuilt = serve(globalThis, host.handlers);
