/** Nobody else's names start like this. */
const OUR_PREFIXES = ['LINESIDE_', 'HSM_', 'SANDBOX_'];

/** Kubernetes sets these for each service of a namespace, which may well be called `sandbox` or `hsm`. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/;

/**
 * Names in an environment that are meant for us and that we do not know: those with a prefix of ours, and those that are a slip away from
 * a known name. An environment is full of other programs' names, so short names are compared narrowly: PORTS is no slip for PORT, PROT is.
 * @param comparable the known names that slips are looked for in
 */
export function findUnknownNames(names: readonly string[], known: readonly string[], comparable = known): { name: string; nearest: string | undefined }[] {
  return names
    .filter((name) => !known.includes(name) && !SERVICE_LINK.test(name))
    .map((name) => ({ name, nearest: comparable.find((other) => isSlip(name, other)) }))
    .filter(({ name, nearest }) => nearest !== undefined || OUR_PREFIXES.some((prefix) => name.startsWith(prefix)));
}

function isSlip(name: string, known: string): boolean {
  // Each slip changes the length by one at most; most pairs end here, and every start of every process compares some thousands.
  if (Math.abs(name.length - known.length) > 2) return false;
  if (known.length < 6) return sorted(name) === sorted(known) && editDistance(name, known) === 1;
  if (lettersApart(name.toUpperCase(), known) > 2 * 2) return false;
  const distance = editDistance(name.toUpperCase(), known);
  if (distance < 2) return true;
  if (distance > 2 || known.length < 12) return false;
  // Two slips in a short word make another word: POSTGRES_PORT is not meant to be POSTGRES_HOST.
  const words = known.split('_');
  const given = name.toUpperCase().split('_');
  return given.length === words.length && words.every((word, index) => editDistance(given[index] ?? '', word) <= (word.length < 6 ? 1 : 2));
}

const sorted = (text: string) => text.split('').toSorted().join('');

/** How many letters one of the two has more of than the other, in both directions: a slip changes it by two at most. */
function lettersApart(a: string, b: string): number {
  const counts = new Map<string, number>();
  for (const letter of a) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  for (const letter of b) counts.set(letter, (counts.get(letter) ?? 0) - 1);
  return counts.values().reduce((sum, count) => sum + Math.abs(count), 0);
}

/** Optimal string alignment: letters inserted, left out, replaced, and neighbours swapped, each counted as one. */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]![j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped);
    }
  }
  return at(a.length, b.length);
}
