import './closer.css';

export { Magnifier } from './magnifier.js';
export { Regions } from './regions.js';
export { AllWords } from './words.js';
