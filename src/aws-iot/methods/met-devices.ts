import { Injectable } from '@nestjs/common';
import type { AwsIotClient } from '../clients/aws-iot.client.js';
import type { ExpectedUnit } from '../units/unit-registrations.repository.js';

/** Up to so many units it is cheaper to ask for each of them than to list. */
const FEW = 3;
const PAGES = 4;
/** Of those the pages did not show, so many are asked for one by one: they connected long ago or not yet. */
const SINGLE_LOOKS = 20;

/** What is common to the ways in which AWS learns of a unit by its first connection, through a CA that is registered there. */
@Injectable()
export class MetDevices {
  /** By certificate id, for whatever of them AWS knows, and for others that came along. Sparingly: AWS allows ten such calls a second and account. */
  async statusesOf(aws: AwsIotClient, expected: readonly ExpectedUnit[]): Promise<Map<string, string>> {
    const statuses = new Map<string, string>();
    const unseen = (units: readonly ExpectedUnit[]) => units.filter(({ certificateId }) => !statuses.has(certificateId));
    for (const [ca, units] of Map.groupBy(expected, ({ caCertificateId }) => caCertificateId)) {
      if (units.length <= FEW) continue;
      let marker: string | undefined;
      for (let page = 0; page < PAGES && unseen(units).length > 0 && (page === 0 || marker !== undefined); page++) {
        const { certificates, next } = await aws.caCertificates.certificatesOf(ca, marker);
        for (const { id, status } of certificates) statuses.set(id, status);
        marker = next;
      }
    }
    for (const { certificateId } of unseen(expected).slice(0, SINGLE_LOOKS)) {
      const certificate = await aws.certificates.find(certificateId);
      if (certificate) statuses.set(certificate.id, certificate.status);
    }
    return statuses;
  }
}
