import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';

/**
 * The path of a child program. Children run from the compiled files in dist, whether this file runs compiled itself or
 * from src under jest: both folders lie two levels below the project's root.
 * @throws Error when the project is not built
 */
export function pathOfProgram(name: 'signer' | 'csr-reader' | 'init-token'): string {
  const path = fileURLToPath(new URL(`../../dist/hsm/${name}.js`, import.meta.url));
  if (!existsSync(path)) throw new Error(`dist/hsm/${name}.js is missing; run npm run build.`);
  return path;
}

/**
 * The environment variables that vendors' libraries read. A name that ends with `_` stands for all that start with it.
 * The others, such as database passwords, are not passed to a child.
 */
const ALLOWED = [
  'PATH',
  'HOME', // ~/.config/softhsm2, ~/.config/pkcs11
  'LANG',
  'TZ',
  'LD_LIBRARY_PATH',
  'SOFTHSM2_CONF',
  'P11_KIT_',
  'PKCS11_PROXY_', // pkcs11-proxy
  'ChrystokiConfigurationPath', // Thales Luna
  'ET_PTKC_', // Thales ProtectServer
  'NFAST_', // Entrust nShield
  'CKNFAST_',
  'CS_PKCS11_', // Utimaco
  'CS_AUTH_KEYS',
  'CRYPTOSERVER',
  'CLOUDHSM_', // AWS CloudHSM
  'YUBIHSM_PKCS11_CONF',
  'OPENSC_CONF', // Nitrokey HSM 2, through OpenSC and pcscd
  'OPENSC_DRIVER',
  'PCSCLITE_CSOCK_NAME',
  'KMS_PKCS11_CONFIG', // Google Cloud KMS
  'FXPKCS11_CFG', // Futurex
];

/** The part of an environment that a child process may see. */
export function pickEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => ALLOWED.some((start) => (start.endsWith('_') ? name.startsWith(start) : name === start))),
  );
}

type TokenSettings = Pick<Config, 'HSM_MODULE' | 'HSM_TOKEN' | 'HSM_PIN_FILE' | 'HSM_KEEPALIVE_MS'> & Partial<Pick<Config, 'HSM_TOKEN_SERIAL'>>;

export function signerEnvironment(settings: TokenSettings, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { HSM_MODULE, HSM_TOKEN, HSM_TOKEN_SERIAL = '', HSM_PIN_FILE, HSM_KEEPALIVE_MS } = settings;
  return { ...pickEnvironment(environment), HSM_MODULE, HSM_TOKEN, HSM_TOKEN_SERIAL, HSM_PIN_FILE, HSM_KEEPALIVE_MS: String(HSM_KEEPALIVE_MS) };
}
