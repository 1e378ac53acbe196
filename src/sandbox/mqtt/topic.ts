import { TOPIC_BYTES, TOPIC_SLASHES } from '../model/limits.js';

/** Why a device can't publish to a topic, undefined where it can (MQTT 5 section 4.7 and AWS's quotas). */
export function topicComplaint(topic: string): string | undefined {
  if (topic === '') return 'it is empty';
  if (/[+#]/.test(topic)) return 'it has wildcards';
  return sizeComplaint(topic);
}

/** Why there can't be a subscription to a filter, undefined where there can. */
export function filterComplaint(filter: string): string | undefined {
  if (filter === '') return 'it is empty';
  const levels = filter.split('/');
  if (levels.some((level, at) => level.includes('#') && (level !== '#' || at < levels.length - 1))) return '# is not the whole last level';
  if (levels.some((level) => level.includes('+') && level !== '+')) return '+ is not a whole level';
  return sizeComplaint(filter);
}

function sizeComplaint(text: string): string | undefined {
  if (Buffer.byteLength(text) > TOPIC_BYTES) return `it has more than ${TOPIC_BYTES} bytes`;
  if (text.split('/').length - 1 > TOPIC_SLASHES) return `it has more than ${TOPIC_SLASHES} slashes`;
  return undefined;
}

export const hasWildcard = (filter: string): boolean => /[+#]/.test(filter);

/** Reserved for AWS. */
export const isReserved = (topic: string): boolean => topic.startsWith('$');

/**
 * Whether a message to the topic belongs to a subscription. As AWS differs from the standard, `sensor/#` does not match `sensor`.
 * A wildcard at the front does not match a topic that begins with a dollar sign (MQTT 5 section 4.7.2).
 */
export function topicMatches(filter: string, topic: string): boolean {
  if (isReserved(topic) && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return levels.length > at;
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

/** Whether there are topics that both filters match. */
export function filtersMeet(one: string, other: string): boolean {
  const [left, right] = [one.split('/'), other.split('/')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [a, b] = [left[at], right[at]];
    if (a === '#' || b === '#') return a !== undefined && b !== undefined;
    if (a === undefined || b === undefined) return false;
    if (a !== '+' && b !== '+' && a !== b) return false;
  }
  return true;
}
