import { SANDBOX_SETTINGS } from '../config/other-settings.js';
import type { Environment } from '../config/setting.js';
import { acceptSettings, readSettings, type Values } from '../config/settings.js';

/** A port of 0 takes any free one. */
export type SandboxSettings = Values<typeof SANDBOX_SETTINGS>;

/** @throws SettingsRefused that names every fault */
export function loadSandboxSettings(env: Environment): SandboxSettings {
  return acceptSettings(readSettings(SANDBOX_SETTINGS, env));
}
