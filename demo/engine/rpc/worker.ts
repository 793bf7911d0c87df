import { messageOf } from '../../../src/app.js';
import { PathlightError } from '../../../src/index.js';
import { EngineHost } from '../host.js';
import { readDigits, readShipped } from '../inputs/shipped.js';
import { serve } from './serve.js';

// The worker of the page: everything that takes time runs here.
const gpu = (navigator.gpu as GPU | undefined) ?? messageOf(new PathlightError(isSecureContext ? 'page.no-webgpu' : 'page.insecure'));
const host = new EngineHost(gpu, (news) => tell(news), { readShipped, readDigits });
const tell = serve(globalThis, host.handlers);
