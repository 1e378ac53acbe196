export function installCommand(packages: readonly string[], has?: (program: string) => boolean, isRoot?: boolean): string;
