/** Whether a version such as 1.4.0 or 1.4.0-rc.1 comes before another one, by its three numbers. One that can't be read is older than any. */
export function isOlder(version: string, least: string): boolean {
  const [numbers, wanted] = [numbersOf(version), numbersOf(least)];
  for (const [at, number] of wanted.entries()) {
    const own = numbers[at] ?? -1;
    if (own !== number) return own < number;
  }
  return false;
}

function numbersOf(version: string): number[] {
  return /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version)?.slice(1).map((digits) => Number(digits ?? 0)) ?? [];
}
