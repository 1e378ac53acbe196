import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { Drafter } from './certificate-draft.js';
import { certificateRefused, profileUnknown } from './issuance.errors.js';
import { complaintAboutNames, type Profile, type SubjectFields } from './profile.js';
import { loadProfiles } from './profile-folder.js';

/** What device certificates look like: the profiles, and one drafter for each profile and authority in use. */
@Injectable()
export class Profiles implements OnModuleInit {
  private profiles: ReadonlyMap<string, Profile> = new Map();
  private readonly drafters = new Map<string, Drafter>();

  constructor(
    private readonly certificateAuthority: CertificateAuthorityService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A profile that is not usable stops the start. */
  async onModuleInit() {
    this.profiles = await loadProfiles(this.config.PROFILES_DIR);
  }

  has(profile: string): boolean {
    return this.profiles.has(profile);
  }

  names(): string[] {
    return [...this.profiles.keys()].toSorted();
  }

  /** Throws ProfileUnknown. */
  get(name: string): Profile {
    const profile = this.profiles.get(name);
    if (!profile) throw profileUnknown(name);
    return profile;
  }

  /**
   * Throws CertificateRefused for the first serial that the profile's names can't hold, such as one with _ in a DNS
   * name: better when the order is made than unit by unit on the line.
   */
  assertNames(profileName: string, { order, product }: Omit<SubjectFields, 'serial'>, serials: Iterable<string>): void {
    const profile = this.get(profileName);
    // Letters are all alike, and digits too, so a hundred thousand serials of a range are one question.
    const seen = new Set<string>();
    for (const serial of serials) {
      const alike = serial.replaceAll(/[a-z]/gi, 'a').replaceAll(/[0-9]/g, '0');
      if (seen.has(alike)) continue;
      seen.add(alike);
      const complaint = complaintAboutNames(profile, { serial, order, product });
      if (complaint !== undefined) throw certificateRefused([`unit ${serial}: ${complaint}`]);
    }
  }

  /** Drafts certificates of the profile in the authority's name. Throws ProfileUnknown. */
  async drafter(profileName: string, authority: Authority): Promise<Drafter> {
    const key = `${profileName} ${authority.id}`;
    const known = this.drafters.get(key);
    if (known) return known;
    const profile = this.get(profileName);
    const drafter = new Drafter(profile, await this.certificateAuthority.issuer(authority), authority.id);
    this.drafters.set(key, drafter);
    return drafter;
  }
}
