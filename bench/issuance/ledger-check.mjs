import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialOf } from '../csr-pool.mjs';
import { ORDER } from '../factory.mjs';
import { runSql } from '../services.mjs';

/**
 * What is wrong with the ledger after a turn; nothing, if all is well. Each request was for another unit and another key,
 * so as many answers must have left as many certificates; those whose callers were cut off at the end may be there too.
 */
export async function checkLedger(services, database, { answered, fingerprints, cut }) {
  const faults = [];
  const [{ valid, leaves }] = await runSql(services, database, `select
    (select count(*)::int from certificate where state = 'valid') as valid,
    (select count(*)::int from log_leaf where event = 'certificate.issued') as leaves`);
  if (valid < answered) faults.push(`${answered} certificates were answered, the ledger has ${valid}`);
  if (valid > answered + cut) faults.push(`${answered} certificates were answered, the ledger has ${valid}, more than the ${cut} that may have been cut off`);
  if (leaves !== valid) faults.push(`${valid} certificates, but ${leaves} audit leaves`);
  const [{ found }] = await runSql(services, database, [`select count(*)::int as found from certificate where state = 'valid' and fingerprint = any($1)`, [fingerprints]]);
  if (found !== fingerprints.length || new Set(fingerprints).size !== found) faults.push(`of ${fingerprints.length} answers of the warm-up the ledger has ${found}`);
  return faults;
}

/** Asks again for `count` units spread over what was issued: the same certificate must come, equal to the ledger's, and openssl must accept it. */
export async function checkSample(services, database, { url, key, csrs, last, count = 20 }) {
  const lines = readFileSync(csrs, 'utf8').split('\n');
  const faults = [];
  const [{ der: authority }] = await runSql(services, database, `select certificate as der from authority where state = 'issuing'`);
  const caFile = join(services.folder, 'ca.pem');
  writeFileSync(caFile, toPem(authority));
  for (let number = 0; number < count; number++) {
    const index = Math.floor((last * number) / count);
    const serial = serialOf(index);
    const [row] = await runSql(services, database, [`select der from certificate join unit on unit.id = unit_id where serial = $1 and certificate.state = 'valid'`, [serial]]);
    if (!row) continue; // taken by a request that was never sent, or whose caller was cut off
    const body = `{"workOrder":"${ORDER}","serial":"${serial}","csr":"${lines[index]}"}`;
    const answer = await fetch(`${url}/v1/certificates`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body });
    const { certificate } = await answer.json();
    if (answer.status !== 200) faults.push(`${serial}: asking again answered ${answer.status}`);
    else if (certificate.replace(/\s/g, '') !== toPem(row.der).replace(/\s/g, '')) faults.push(`${serial}: asking again answered another certificate`);
    const file = join(services.folder, 'sample.pem');
    writeFileSync(file, toPem(row.der));
    try {
      execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', caFile, file], { stdio: 'pipe' });
    } catch (error) {
      faults.push(`${serial}: ${String(error.stderr).trim()}`);
    }
  }
  return faults;
}

const toPem = (der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
