export const LEAST_POSTGRES: number;
export function findProgram(name: string, env?: NodeJS.ProcessEnv): string | undefined;
export function findPostgresFolders(
  env?: NodeJS.ProcessEnv,
  debian?: string,
): { folder: string; major: number | undefined }[];
export function findSoftHsmLibrary(candidates?: readonly string[]): string | undefined;
export function findP11KitClient(candidates?: readonly string[]): string | undefined;
