// npm run bench:issuance – see ../README.md
import { parseArgs } from 'node:util';
import { ensureCsrPool } from '../csr-pool.mjs';
import { prepareLedger } from '../factory.mjs';
import { DISTURBED } from '../processes.mjs';
import { CACHE, startServices } from '../services.mjs';
import { makeContestants } from './contestants.mjs';
import { describeRatios, describeResults, ratiosOf } from './report.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    api: { type: 'string', default: '1,2' },
    clients: { type: 'string', default: '1,16,64' },
    csrs: { type: 'string', default: '60000' },
    only: { type: 'string', default: '' },
    patience: { type: 'string', default: '20' },
    tries: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const numbers = (text) => text.split(',').map(Number);
const options = {
  rounds: Number(values.rounds),
  apis: numbers(values.api),
  clients: numbers(values.clients),
  load: { seconds: Number(values.seconds), patience: Number(values.patience), tries: Number(values.tries) },
  only: values.only.split(',').filter(Boolean),
};
const say = (text) => process.stderr.write(`${text}\n`);

say('Making CSRs (once; they are kept) …');
const csrs = ensureCsrPool(CACHE, Number(values.csrs));
say('Starting PostgreSQL, Redis and SoftHSM, and preparing a ledger …');
const services = await startServices();
let contestants = [];
const results = [];
try {
  const key = await prepareLedger(services, Number(values.csrs));
  contestants = await makeContestants({ services, key, csrs, options, say });
  for (let round = 1; round <= options.rounds; round++) {
    for (const contestant of contestants) {
      for (const result of await contestant.run()) {
        results.push({ round, ...result });
        const disturbed = result.foreignCores > DISTURBED ? `  disturbed: ${result.foreignCores.toFixed(2)} core of other programs` : '';
        say(`round ${round}  ${result.name.padEnd(32)} ${result.rate.toFixed(0).padStart(7)}/s${result.errors ? `  ${result.errors} ERRORS ${result.refusal ?? ''}` : ''}${disturbed}`);
      }
    }
  }
} finally {
  await services.stop();
}
const ratios = ratiosOf(results, options);
if (values.json) process.stdout.write(`${JSON.stringify({ options, results, ratios }, null, 1)}\n`);
else process.stdout.write(`${describeResults(results)}\n\n${describeRatios(ratios)}\n`);
// A figure with failed requests or missing certificates is none.
if (results.some(({ errors, faults }) => errors > 0 || faults?.length > 0)) process.exitCode = 1;
