import { DISTURBED } from '../processes.mjs';
import { median, rounded, table } from '../statistics.mjs';

const byKey = (results) => Map.groupBy(results, ({ key, name }) => key ?? name);

/** Medians over the rounds, one line per contestant and number of clients. */
export function describeResults(results) {
  const rows = [...byKey(results).values()].map((rounds) => {
    const of = (field) => median(rounds.map((round) => round[field]));
    const groups = Object.keys(rounds[0].cpuByGroup ?? {}).map((group) => `${group} ${rounded(median(rounds.map((round) => round.cpuByGroup[group])))}`);
    const rates = rounds.map(({ rate }) => rate);
    return [
      rounds[0].name,
      rounded(of('rate')),
      `${rounded(Math.min(...rates))}–${rounded(Math.max(...rates))}`,
      rounded(of('p50'), 2),
      rounded(of('p99'), 2),
      rounded(of('cpuPerCertificate')),
      groups.join(', '),
      rounded(Math.max(...rounds.map(({ rss }) => rss ?? NaN))),
      ...['loopP99', 'loopMax', 'computedP99', 'computedMax'].map((field) => rounded(Math.max(...rounds.map((round) => round[field] ?? NaN)), 1)),
      String(rounds.reduce((total, { errors }) => total + errors, 0)),
      `${rounds.filter(({ foreignCores }) => foreignCores > DISTURBED).length}/${rounds.length}`,
      rounded(of('foreignCores'), 2),
    ];
  });
  const faults = [...new Set(results.flatMap((result) => result.faults ?? []))];
  const isChecked = results.some((result) => result.faults);
  const checked = !isChecked ? 'Ledger check: nothing of ours was measured.' : faults.length > 0 ? `LEDGER CHECK FAILED:\n${faults.join('\n')}` : 'Ledger check: every answered certificate is in the ledger with its audit leaf; the samples verify with openssl.';
  const head = ['contestant', '/s', 'min–max', 'p50 ms', 'p99 ms', 'CPU µs/cert', 'of which', 'RSS MB', 'loop p99', 'max', 'own p99', 'max', 'errors', 'disturbed', 'foreign cores'];
  return `${table(head, rows)}\n\n${checked}`;
}

const TARGETS = [
  { row: 'single, 64 clients ÷ cfssl that stores nothing (its best)', goals: [0.7, 1.0, 1.5], of: (at, api) => at(`single-${api}-64`, 'rate') / best(at('cfssl-16', 'rate'), at('cfssl-64', 'rate')) },
  { row: 'single, 64 clients ÷ sync C_Sign in one process', goals: [0.2, 0.28, 0.4], of: (at, api) => at(`single-${api}-64`, 'rate') / at('C_Sign', 'rate') },
  { row: 'single, 16 clients ÷ cfssl that stores in PostgreSQL', goals: [3, 5, 8], of: (at, api) => at(`single-${api}-16`, 'rate') / at('cfssl+pg-16', 'rate') },
  { row: 'batch ÷ cfssl that stores nothing (its best)', goals: [1.1, 1.6, 2.2], of: (at, api) => at(`batch-${api}`, 'rate') / best(at('cfssl-16', 'rate'), at('cfssl-64', 'rate')) },
  { row: 'p99 at 16 clients ÷ cfssl’s', goals: [1.0, 0.5, 0.35], least: true, of: (at, api) => at(`single-${api}-16`, 'p99') / at('cfssl-16', 'p99') },
  { row: 'event loop of the api: longest own work, in ms', goals: [20, 20, 20], least: true, digits: 0, of: (at, api) => Math.max(...[...[1, 16, 64].map((clients) => `single-${api}-${clients}`), `batch-${api}`].map((key) => at(key, 'computedMax')).filter(Number.isFinite)) },
  { row: 'api process, peak RSS in MB', goals: [400, 300, 200], least: true, digits: 0, of: (at, api) => Math.max(...[`single-${api}-64`, `batch-${api}`].map((key) => at(key, 'rss')).filter(Number.isFinite)) },
];
const UNMEASURED = [{ row: 'stored ÷ a signer slowed to 10, 100, 1,000 /s (npm run bench:slowed)', goals: [0.85, 0.9, 0.97] }, { row: 'on 10 million certificates ÷ on none (npm run bench:growth)', goals: [0.85, 0.9, 0.97] }];

const best = (...rates) => rates.filter(Number.isFinite).toSorted((a, b) => b - a)[0] ?? NaN;

/** Each of the issue's ratios per number of api processes: the median of the rounds' own ratios. */
export function ratiosOf(results, { apis, rounds }) {
  const at = (round) => (key, field) => results.find((result) => result.round === round && (result.key ?? result.name) === key)?.[field] ?? NaN;
  const measured = TARGETS.flatMap((target) =>
    apis.map((api) => {
      const values = Array.from({ length: rounds }, (_, index) => target.of(at(index + 1), api));
      const value = target.digits === 0 ? Math.max(...values) : median(values);
      return { row: `${target.row} [${api} api]`, goals: target.goals, digits: target.digits ?? 2, value: Number.isFinite(value) ? value : undefined, met: metBy(value, target) };
    }),
  );
  return [...measured, ...UNMEASURED.map((each) => ({ ...each, digits: 2, met: 'not measured here' }))];
}

function metBy(value, { goals, least }) {
  if (!Number.isFinite(value)) return 'not measured';
  const reached = goals.filter((goal) => (least ? value <= goal : value >= goal)).length;
  return ['MISSED', 'floor', 'target', 'aim'][reached];
}

export function describeRatios(ratios) {
  const rows = ratios.map(({ row, value, goals, digits, met }) => [row, value === undefined ? '–' : rounded(value, digits), ...goals.map(String), met]);
  return table(['ratio', 'value', 'floor', 'target', 'aim', 'met'], rows);
}
