import { X509Certificate } from 'node:crypto';
import type { LineReport } from './bulk-signer.js';

/** What is kept of a reason. */
const MOST_REASON = 500;

/**
 * A line of a task's report. AWS shows no form of it but `{"response": {"CertificatePem": …, "ResourceArns": …}}` of results, in a script of 2018, and none of errors:
 * so names are read in any spelling and at any depth, and the unit is told by its certificate where there is one. Undefined for a line that tells of no unit.
 */
export function readReportLine(text: string, outcome: LineReport['outcome']): LineReport | undefined {
  const found = valuesOf(text);
  if (found === undefined) return undefined;
  const certificateId = found.certificates[0] ?? found.arns[0] ?? null;
  const line = found.named('linenumber') ?? found.named('line');
  if (certificateId === null && line === undefined) return undefined;
  const failed = outcome === 'failed';
  return {
    outcome, certificateId, line: line === undefined || !/^\d{1,9}$/.test(line) ? null : Number(line),
    errorCode: (failed ? found.named('errorcode') ?? found.named('code') : undefined) ?? null,
    reason: failed ? (found.named('errormessage') ?? found.named('message') ?? found.named('error') ?? text).slice(0, MOST_REASON) : null,
  };
}

interface Values {
  /** Ids of the certificates that stand in it as PEM. */
  certificates: string[];
  /** Ids of the certificates that stand in it as ARN. */
  arns: string[];
  /** The first text or number of that name, in small letters. */
  named(name: string): string | undefined;
}

function valuesOf(text: string): Values | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const names = new Map<string, string>();
  const texts: string[] = [];
  const visit = (value: unknown, name: string) => {
    if (typeof value === 'string' || typeof value === 'number') {
      texts.push(String(value));
      if (!names.has(name)) names.set(name, String(value));
    } else if (typeof value === 'object' && value !== null) {
      for (const [inner, each] of Object.entries(value)) visit(each, inner.toLowerCase());
    }
  };
  visit(json, '');
  // A CA's certificate stands in an input line too, after the unit's own or before it.
  const certificates = texts.filter((each) => each.includes('-----BEGIN CERTIFICATE-----')).flatMap((pem) => fingerprintOf(pem) ?? []);
  const arns = texts.flatMap((each) => /:cert\/([0-9a-f]{64})$/.exec(each)?.[1] ?? []);
  return { certificates, arns, named: (name) => names.get(name) };
}

function fingerprintOf(pem: string): string | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.ca ? undefined : certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    return undefined;
  }
}
