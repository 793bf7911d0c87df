// All that is Spanish: one part of the page, which is loaded where Spanish is chosen.
export { es } from './es.js';
export { sayInSpanish } from './spanish/index.js';
