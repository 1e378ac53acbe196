import { pathToFileURL } from 'node:url';

// The process of one function: runs its handler for one event after the other, as its parent sends them.

/** What the parent sends. */
export interface Invocation {
  readonly file: string;
  readonly exported: string;
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

/** What goes back: what the handler has answered, or what it has thrown. */
export type Outcome = { readonly answer: string } | { readonly failure: { readonly errorType: string; readonly errorMessage: string; readonly trace: readonly string[] } };

type Handler = (event: unknown, context: object) => unknown;

process.on('message', (invocation: Invocation) => {
  void run(invocation).then((outcome) => process.send?.(outcome));
});
// The sandbox has ended.
process.on('disconnect', () => process.exit(0));

async function run({ file, exported, event, context }: Invocation): Promise<Outcome> {
  try {
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const handler = module[exported];
    if (typeof handler !== 'function') throw new HandlerNotFound(`${file} exports no function ${exported}.`);
    const answer: unknown = await (handler as Handler)(event, context);
    return { answer: JSON.stringify(answer ?? null) };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { failure: { errorType: name, errorMessage: message, trace: stack.split('\n') } };
  }
}

class HandlerNotFound extends Error {
  override readonly name = 'Runtime.HandlerNotFound';
}
