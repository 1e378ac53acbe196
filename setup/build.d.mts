export function buildProgram(root: string, logFile: string): Promise<void>;
