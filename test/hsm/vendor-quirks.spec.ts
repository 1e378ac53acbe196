import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeSoftHsm, type SoftHsm } from './softhsm.js';

const DRIVER = fileURLToPath(new URL('./vendor-driver.mjs', import.meta.url));

describe('a token that behaves as a vendor’s does', () => {
  let hsm: SoftHsm;
  beforeEach(async () => {
    hsm = await makeSoftHsm();
  });
  afterEach(() => hsm.remove());

  const play = async (...story: string[]): Promise<unknown> => {
    const { HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } = hsm.settings;
    const { stdout } = await promisify(execFile)(process.execPath, [DRIVER, ...story], { env: { ...hsm.environment, HSM_MODULE, HSM_TOKEN, HSM_PIN_FILE } });
    return JSON.parse(stdout) as unknown;
  };

  it('signs and makes keys where all sessions must be read-write, as on AWS CloudHSM', async () => {
    expect(await play('sessions are read-write only')).toEqual(['made', 'signed']);
  });

  it('signs where no session may be read-write, and makes no key there', async () => {
    expect(await play('write-protected')).toEqual(['signed', 'hsm-refused']);
  });

  it('makes keys where public keys must be private too, as on AWS CloudHSM', async () => {
    expect(await play('public keys are private')).toEqual(['made', 'signed', 'made', 'signed']);
  });

  it('logs out and in again where a new session alone goes over a dead connection, as on a YubiHSM', async () => {
    expect(await play('connection dead until the next login')).toEqual(['signed', 'signed', 'signed']);
  });

  it('asks for a new process where no session and no login help', async () => {
    expect(await play('connection dead for good')).toEqual(['new process wanted']);
  });

  it.each(['CKR_ARGUMENTS_BAD', 'CKR_DATA_LEN_RANGE', 'CKR_PIN_EXPIRED'])('takes %s at the login for a wrong PIN, and does not try it again', async (ckr) => {
    expect(await play('login refused for good', ckr)).toEqual(['hsm-pin-wrong', 1]);
  });

  it('asks for a new process, and not for another PIN, when the login fails for another reason', async () => {
    expect(await play('login refused for good', 'CKR_DEVICE_ERROR')).toEqual(['new process wanted', 1]);
  });

  it('counts as one that answers while some of its keys, or all of them, can’t be used', async () => {
    expect(await play('public halves lost')).toEqual(['hsm-refused', 'nothing', 'hsm-refused', 'nothing']);
  });

  it('gives keys ids of two octets, which a YubiHSM has room for, and none that another key has', async () => {
    expect(await play('short ids')).toEqual(['0007', 'signed', 'fffe', 'signed']);
  });

  it('goes on with keys whose ids are longer', async () => {
    expect(await play('long ids')).toEqual(['07'.repeat(20), 'signed']);
  });

  it('tells keys apart that were brought with one id', async () => {
    expect(await play('one id for two keys')).toEqual(['signed', 'signed']);
  });

  it('is told apart from a caller’s mistake when its public key can’t be read', async () => {
    expect(await play('a public key that is none')).toEqual(['hsm-refused']);
  });

  it('is not given the megabytes of a revocation list that an RSA key signs', async () => {
    expect(await play('short messages only')).toEqual([true, true, true, true]);
  });

  it.each([
    [['RSA_PKCS']],
    [['SHA256_RSA_PKCS', 'SHA384_RSA_PKCS']],
  ])('signs with RSA, short and long, without the mechanisms %j', async (mechanisms) => {
    expect(await play('mechanisms missing', ...mechanisms)).toEqual(['[true,true,true,true]']);
  });

  it('refuses, and does not fail, where no mechanism for RSA is left', async () => {
    expect(await play('mechanisms missing', 'RSA_PKCS', 'SHA256_RSA_PKCS', 'SHA384_RSA_PKCS')).toEqual(['hsm-refused']);
  });
});
