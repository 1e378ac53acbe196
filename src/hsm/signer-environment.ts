import type { Config } from '../config/config.js';

export type HsmSettings = Pick<
  Config,
  'HSM_MODULE' | 'HSM_TOKEN' | 'HSM_PIN_FILE' | 'HSM_SIGNERS' | 'HSM_QUEUE' | 'HSM_DEADLINE_MS' | 'HSM_BATCH_DEADLINE_MS' | 'HSM_KEEPALIVE_MS' | 'HSM_SESSIONS_MAX' | 'CSR_READERS'
>;

/** What vendors' libraries read, by the start of its name. Database passwords and the like stay outside. */
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

/** The part of an environment that a child with the vendor's library may see. */
export function pickEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => ALLOWED.some((start) => (start.endsWith('_') ? name.startsWith(start) : name === start))),
  );
}

export function signerEnvironment({ HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, HSM_KEEPALIVE_MS }: HsmSettings, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...pickEnvironment(environment), HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, HSM_KEEPALIVE_MS: String(HSM_KEEPALIVE_MS) };
}
