package org.silofold.protocol.registry;

import org.silofold.protocol.message.Context;
import org.silofold.protocol.message.Message;

/**
 * What a party hands to the authority to be enrolled, signed with the very key it asks to have enrolled.
 *
 * @param context the context; sender is the subject
 * @param subject the name asked for
 * @param organisation the organisation
 * @param role the role asked for
 * @param identityKey SubjectPublicKeyInfo of the identity key
 * @param keyBundle the party's first key bundle: a whole signed record
 */
public record EnrolmentRequest(
        Context context, String subject, String organisation, Role role, byte[] identityKey, byte[] keyBundle)
        implements Message {}
