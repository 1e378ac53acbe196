/**
 * Patterns of IoT and IAM policies: `*` stands for any characters and `?` for one. Both pointers move forward and remember one star only, so hostile patterns
 * cost no more than length times length.
 */
export function matches(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let position = 0; position < value.length; ) {
    if (pattern[at] === '*') {
      star = at++;
      afterStar = position;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++afterStar;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
