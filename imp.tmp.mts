import {readFileSync} from 'node:fs';
import { importModel } from './src/onnx/import.js';
for (const f of process.argv.slice(2)) {
  const t=performance.now();
  try { const {graph:g,info} = importModel(readFileSync(f)); console.log(f, g.input.shape.join('x'), g.output.shape.join('x'), g.nodes.map(n=>n.op).join(' '), g.constants.size, JSON.stringify(info)); }
  catch(e:any){ console.log(f, e.name, e.message, e.name==='PathlightError'?'':e.stack) }
  console.log((performance.now()-t).toFixed(0),'ms');
}
