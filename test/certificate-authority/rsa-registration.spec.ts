import { EU } from '../sandbox/support/bench.js';
import { Line } from '../aws-iot/support/line.js';

it('the sandbox’s AWS IoT takes an RSA authority that signs with SHA-384, and the proof that we hold its key', async () => {
  const line = await Line.start();
  try {
    const target = await line.addTarget(EU);
    const body = await line.addAuthority({ keyType: 'RSA-2048', hash: 'SHA-384' });
    expect(body.signatureAlgorithm).toBe('sha384WithRSAEncryption');
    expect(await line.registrationIn('in-sync', body.id, target)).toMatchObject({ state: 'in-sync' });
    const activated = await line.call('officer', 'POST', `/v1/authorities/${body.id}/activate`);
    expect(activated).toMatchObject({ status: 200, body: { state: 'issuing', signatureAlgorithm: 'sha384WithRSAEncryption' } });
  } finally {
    await line.stop();
  }
});
