export class SetupFailure extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string);
}
export function explainFailure(what: string, output: string, command: string): SetupFailure;
