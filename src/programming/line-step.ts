/** Where jobs wait: those of one step on one line. */
export interface LineStep {
  line: string;
  step: string;
}

/** Names of lines and steps have no tilde. Also the name of their queue, after `line-`. */
const BETWEEN = '~';

export const lineStepKey = ({ line, step }: LineStep) => `${line}${BETWEEN}${step}`;

export function lineStepOf(key: string): LineStep {
  const [line = '', step = ''] = key.split(BETWEEN, 2);
  return { line, step };
}

export const queueName = (at: LineStep) => `line-${lineStepKey(at)}`;
