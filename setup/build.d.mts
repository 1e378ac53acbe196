export function buildProgram(root: string, logFile: string, options: { checksTypes: boolean }): Promise<void>;
export function copySqlFiles(source: string, output: string): void;
