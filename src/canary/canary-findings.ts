import { Injectable } from '@nestjs/common';
import type { Finding } from '../aws-iot/methods/provisioning-method.js';
import { AuthorityRepository } from '../certificate-authority/authority.repository.js';
import type { WorkOrder } from '../work-orders/work-order.repository.js';
import { CanaryRepository } from './canary.repository.js';

/** What an order's canaries say of its way to AWS. */
@Injectable()
export class CanaryFindings {
  constructor(
    private readonly canaries: CanaryRepository,
    private readonly authorities: AuthorityRepository,
  ) {}

  /** What the order's last canary found; where the order wants one, also that there is none, or one of an authority that issues no more. */
  async of({ id, authorityFamily, canary: rule, targets }: Pick<WorkOrder, 'id' | 'authorityFamily' | 'canary' | 'targets'>): Promise<Finding[]> {
    const last = await this.canaries.findLast(id);
    if (last?.state === 'failed') {
      const failed = last.results.filter(({ passed }) => !passed);
      return failed.map(({ target, problem, remedy }) => ({ target, problem: `${target}: The canary ${last.serial} failed: ${problem}`, remedy: remedy ?? 'Run the canary again.' }));
    }
    if (rule === 'off') return [];
    const everywhere = (problem: string) => targets.map((target) => ({ target, problem: `${target}: ${problem}`, remedy: `Run a canary: POST /v1/work-orders/${id}/canary.` }));
    if (last === undefined) return everywhere('The order wants a canary, and has had none');
    if (last.state !== 'passed') return targets.map((target) => ({ target, problem: `${target}: The canary of the order is not through yet`, remedy: `Wait for it: GET /v1/work-orders/${id}/canary shows it.` }));
    const issuing = await this.authorities.findIssuing(authorityFamily);
    return issuing === undefined || issuing.id === last.authority ? [] : everywhere(`The order's canary had a certificate of ${last.authority}, and ${issuing.id} issues now`);
  }
}
