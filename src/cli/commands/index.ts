import type { CreateCommand } from '../program.js';
import { attributeCommand } from './attribute.js';
import { benchCommand } from './bench.js';
import { doctorCommand } from './doctor.js';
import { evaluateCommand } from './evaluate.js';
import { inspectCommand } from './inspect.js';
import { repairCommand } from './repair.js';
import { studyCommand } from './study.js';

/** All commands, in the order in which the help lists them. */
export const commands: readonly CreateCommand[] = [
  inspectCommand,
  attributeCommand,
  repairCommand,
  evaluateCommand,
  studyCommand,
  benchCommand,
  doctorCommand,
];
