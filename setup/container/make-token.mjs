// Makes the SoftHSM token of the composed services once; afterwards it only checks the PIN. NOT FOR PRODUCTION.
import { initSoftHsmToken, writeSoftHsmConf } from '../../dist/hsm/token-setup.js';

const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE, HSM_SO_PIN_FILE, SOFTHSM2_CONF } = process.env;
await writeSoftHsmConf(SOFTHSM2_CONF, '/data/hsm/tokens');
const { made } = await initSoftHsmToken({ module: HSM_MODULE, conf: SOFTHSM2_CONF, label: HSM_TOKEN, pinFile: HSM_PIN_FILE, soPinFile: HSM_SO_PIN_FILE });
console.log(JSON.stringify({ event: made ? 'token.made' : 'token.checked', token: HSM_TOKEN, softhsm: 'NOT FOR PRODUCTION' }));
