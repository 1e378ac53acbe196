// npm run bench:growth – see ../README.md
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureCsrPool } from '../csr-pool.mjs';
import { PREPARED, prepareLedger, startService } from '../factory.mjs';
import { runLoad, runQuietLoad } from '../load.mjs';
import { DISTURBED } from '../processes.mjs';
import { CACHE, copyDatabase, databaseUrl, runSql, startServices } from '../services.mjs';
import { median, rounded, table } from '../statistics.mjs';
import { measureTokenRate } from '../token-rate.mjs';
import { carelessly, FILLED, fillLedger, workOn } from './fill.mjs';
import { readIndexes } from './structure.mjs';

const CSRS = 100_000; // the most units an order takes
const WARM_UP_SECONDS = 8;
/** Of a checkpoint's quarter of an hour, the first two or three minutes. */
const SINCE_CHECKPOINT = 200_000;
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '0,1e6' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    api: { type: 'string', default: '1' },
    clients: { type: 'string', default: '64' },
    patience: { type: 'string', default: '20' },
    tries: { type: 'string', default: '2' },
    /** Measure in the first seconds after a checkpoint, when each page of an index is copied into the log as it is touched. */
    'after-checkpoint': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const load = { clients: Number(values.clients), seconds: Number(values.seconds), patience: Number(values.patience), tries: Number(values.tries) };
const say = (text) => process.stderr.write(`${text}\n`);

const csrs = ensureCsrPool(CACHE, CSRS);
const services = await startServices();
const ledgers = values.sizes.split(',').map((text) => ({ size: Number(text), database: `ledger_${Number(text)}` })).toSorted((a, b) => a.size - b.size);
const results = [];
try {
  const key = await prepareLedger(services, CSRS);
  await carelessly(services, async () => {
    // Each begins as a copy of the one before.
    let source = { size: 0, database: PREPARED };
    for (const ledger of ledgers) {
      await copyDatabase(services, source.database, ledger.database);
      ledger.filled = await fillLedger(services, ledger.database, { from: source.size, to: ledger.size, say });
      source = ledger;
    }
  });
  for (const { database, size } of ledgers) {
    await readIndexes(services, database, FILLED);
    if (size > 0 && !values['after-checkpoint']) await workOn(services, database, { from: size, count: SINCE_CHECKPOINT });
  }
  await runSql(services, PREPARED, 'create table calibration (id bigint primary key, word text)');
  for (const ledger of ledgers) await start(ledger, key);
  for (let round = 1; round <= Number(values.rounds); round++) {
    // Turn by turn, so that the machine's moods meet all sizes alike.
    for (const ledger of ledgers) results.push(await measure(ledger, round));
  }
} finally {
  await Promise.all(ledgers.map(({ service }) => service?.stop()));
  await services.stop();
}
report();

/** Each ledger has its own service from first to last: the connections of a new one have touched nothing of gigabytes of buffers yet. */
async function start(ledger, key) {
  ledger.service = await startService(services, ledger.database, { count: Number(values.api), key });
  const warm = await runLoad(ledger.service.contestant, { ...load, seconds: WARM_UP_SECONDS, csrs, first: 0 });
  ledger.first = warm.next;
}

async function measure(ledger, round) {
  const { rate: token } = await measureTokenRate(services, 1);
  const sql = await measureSql();
  const result = await runQuietLoad(ledger.service.contestant, { ...load, csrs, first: ledger.first });
  ledger.first = result.next;
  say(`round ${round}  ${ledger.size.toLocaleString('en').padStart(12)} certificates  ${rounded(result.rate)}/s${result.errors ? `  ${result.errors} ERRORS ${result.refusal ?? ''}` : ''}${result.foreignCores > DISTURBED ? '  disturbed' : ''}`);
  return { round, size: ledger.size, token, sql, ...result };
}

/** A fixed loop of commits and look-ups in a small table: what PostgreSQL and the disk can do at this moment. Rounds per second. */
async function measureSql() {
  const client = new pg.Client({ connectionString: databaseUrl(services, PREPARED) });
  await client.connect();
  try {
    await client.query('truncate calibration');
    const count = 1_000;
    const start = performance.now();
    for (let id = 0; id < count; id++) {
      await client.query({ name: 'put', text: 'insert into calibration values ($1, $2)', values: [id, 'calibration'] });
      await client.query({ name: 'get', text: 'select word from calibration where id = $1', values: [id] });
    }
    return count / ((performance.now() - start) / 1_000);
  } finally {
    await client.end();
  }
}

function report() {
  const at = (size) => results.filter((each) => each.size === size);
  const of = (size, value) => median(at(size).map(value));
  const empty = ledgers[0].size;
  const ratio = (size) => median(at(size).map(({ rate }, round) => rate / at(empty)[round].rate));
  const summary = ledgers.map(({ size, filled }) => ({
    size, rate: of(size, ({ rate }) => rate), p50: of(size, ({ p50 }) => p50), p99: of(size, ({ p99 }) => p99), postgres: of(size, ({ cpuByGroup }) => cpuByGroup.postgres),
    ratio: ratio(size), token: of(size, ({ token }) => token), sql: of(size, ({ sql }) => sql),
    errors: at(size).reduce((sum, { errors }) => sum + errors, 0), disturbed: at(size).filter(({ foreignCores }) => foreignCores > DISTURBED).length, ...filled,
  }));
  if (values.json) return void process.stdout.write(`${JSON.stringify({ results, summary }, null, 1)}\n`);
  const head = ['certificates in the ledger', '/s', 'p50 ms', 'p99 ms', 'PostgreSQL µs/cert', `÷ on ${empty}`, 'C_Sign /s', 'SQL loop /s', 'errors', 'disturbed', 'fill s', 'disk MB'];
  const rows = summary.map((each) => [
    each.size.toLocaleString('en'), rounded(each.rate), rounded(each.p50, 1), rounded(each.p99, 1), rounded(each.postgres), rounded(each.ratio, 2), rounded(each.token), rounded(each.sql),
    String(each.errors), `${each.disturbed}/${values.rounds}`, rounded(each.seconds), rounded(each.megabytes),
  ]);
  process.stdout.write(`${table(head, rows)}\n\nGoals for 10 million ÷ none: floor 0.85, target 0.9, aim 0.97.\n`);
  if (summary.some(({ errors }) => errors > 0)) process.exitCode = 1;
}
