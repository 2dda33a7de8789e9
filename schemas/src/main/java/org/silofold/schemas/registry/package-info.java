/**
 * The registry as each party keeps it for itself. In flow records of the registry and of each party's own topic of key bundles, which may
 * be anyone's; {@link org.silofold.schemas.registry.RegistryView} holds the newest verified document of each key and answers who is who,
 * which keys and which rules are in force; out flows its state as the records themselves. {@link
 * org.silofold.schemas.registry.RegistryDocuments} signs such documents. What does not verify, or has no place in its topic, is refused
 * with a reason and changes nothing.
 */
package org.silofold.schemas.registry;
