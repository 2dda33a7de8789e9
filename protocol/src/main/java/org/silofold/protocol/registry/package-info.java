/**
 * The registry's documents: who is enrolled with which keys, the roster of an epoch, a model's policy and specification. Signed by
 * the federation authority (key bundles: by their subject) and read by every party on its own.
 */
package org.silofold.protocol.registry;
