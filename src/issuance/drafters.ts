import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Authority } from '../certificate-authority/authority.js';
import { CertificateAuthorityService } from '../certificate-authority/certificate-authority.service.js';
import { CONFIG, type Config } from '../config/config.js';
import { Drafter } from './certificate-draft.js';
import { ProfileUnknown } from './issuance.errors.js';
import type { Profile } from './profile.js';
import { loadProfiles } from './profile-folder.js';

/** The profiles, and one drafter for each profile and authority in use. */
@Injectable()
export class Drafters implements OnModuleInit {
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

  /** Throws ProfileUnknown. */
  get(name: string): Profile {
    const profile = this.profiles.get(name);
    if (!profile) throw new ProfileUnknown(name);
    return profile;
  }

  async for(profileName: string, authority: Authority): Promise<Drafter> {
    const key = `${profileName} ${authority.id}`;
    const known = this.drafters.get(key);
    if (known) return known;
    const profile = this.get(profileName);
    const drafter = new Drafter(profile, await this.certificateAuthority.issuer(authority), authority.id);
    this.drafters.set(key, drafter);
    return drafter;
  }
}
