package org.silofold.silo.member;

/**
 * The member's store could not read or write: a full disk, a damaged file, another process that holds it. Whatever was being decided
 * was rolled back, so nothing may leave the member on account of it.
 */
public final class MemberStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MemberStoreException(String what, Throwable cause) {
        super(what, cause);
    }
}
