export function buildProgram(root: string, logFile: string): Promise<void>;
export function copySqlFiles(source: string, output: string): void;
