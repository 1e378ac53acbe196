import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PUBLIC } from '../platform/http/public.js';
import { type Role, ROLES } from '../platform/http/roles.js';
import { Authentication } from './authentication.js';

/** Stands before every route. What is not declared public needs a known caller, and the caller a role that the route names. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authentication: Authentication,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, places)) return true;
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, places) ?? [];
    this.authentication.requireRole(context.switchToHttp().getRequest<FastifyRequest>(), allowed);
    return true;
  }
}
