package org.silofold.protocol.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretBytesTest {
    @Test
    void takeOverWipesTheCallersArrayAndCopyOfDoesNot() {
        byte[] taken = {1, 2, 3};
        byte[] copied = {1, 2, 3};
        SecretBytes.takeOver(taken).close();
        SecretBytes.copyOf(copied).close();
        assertThat(taken).containsOnly(0);
        assertThat(copied).containsExactly(1, 2, 3);
    }

    @Test
    void toBytesIsACopy() {
        try (SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3})) {
            secret.toBytes()[0] = 9;
            assertThat(secret.toBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void equalityIsOfBytes() {
        try (SecretBytes one = SecretBytes.copyOf(new byte[] {1, 2});
                SecretBytes same = SecretBytes.copyOf(new byte[] {1, 2});
                SecretBytes other = SecretBytes.copyOf(new byte[] {1, 3})) {
            assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
        }
    }

    @Test
    void textShowsTheLengthAlone() {
        try (SecretBytes secret = SecretBytes.copyOf(new byte[] {77, 78})) {
            assertThat(secret.toString()).isEqualTo("SecretBytes[2]");
        }
    }

    @Test
    void useAfterCloseFails() {
        SecretBytes secret = SecretBytes.copyOf(new byte[] {1});
        SecretBytes open = SecretBytes.copyOf(new byte[] {1});
        secret.close();
        secret.close();
        assertThatThrownBy(secret::toBytes).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> secret.equals(open)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> open.equals(secret)).isInstanceOf(IllegalStateException.class);
        assertThat(secret.length()).isEqualTo(1);
    }
}
