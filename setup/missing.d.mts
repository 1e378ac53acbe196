export const INSTALL_STAMP: string;
export const BUILD_STAMP: string;
export function findMissingPackages(situation: {
  purpose: 'start' | 'test';
  env: NodeJS.ProcessEnv;
  needsInstall: boolean;
  isThere?: Record<string, () => boolean>;
}): string[];
export function installDigest(root: string): string;
export function needsInstall(root: string): boolean;
export function buildDigest(root: string): string;
export function needsBuild(root: string): boolean;
