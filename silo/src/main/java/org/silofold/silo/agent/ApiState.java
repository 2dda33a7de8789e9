package org.silofold.silo.agent;

import org.silofold.silo.store.AgentDatabase;

/**
 * What the local API answers from.
 *
 * @param context the running agent
 * @param database its durable state
 * @param files verified models
 * @param outbox where updates go
 * @param changes to wait for something new
 */
record ApiState(AgentContext context, AgentDatabase database, ModelFiles files, Outbox outbox, Changes changes) {}
