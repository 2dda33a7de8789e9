package org.silofold.demo.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.silofold.demo.local.EmbeddedBroker;

@Timeout(60)
class LineTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void nothingComesThroughWhileItIsCutAndEverythingAfterwards() throws Exception {
        int port = EmbeddedBroker.freePort();
        try (ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
                Line line = new Line(port, server.getLocalPort())) {
            echo(server);
            try (Socket before = new Socket(LOOPBACK, port)) {
                assertThat(answer(before, 7)).isEqualTo(7);
                line.cut();
                assertThat(endOf(before)).isTrue();
            }
            try (Socket meanwhile = new Socket(LOOPBACK, port)) {
                assertThat(endOf(meanwhile)).isTrue();
            }
            line.mend();
            try (Socket after = new Socket(LOOPBACK, port)) {
                assertThat(answer(after, 9)).isEqualTo(9);
            }
        }
        assertThatThrownBy(() -> new Socket(LOOPBACK, port).close()).isInstanceOf(IOException.class);
    }

    @Test
    void whereNobodyListensItEndsConnectionsAndGoesOn() throws Exception {
        int nobody = EmbeddedBroker.freePort();
        int port = EmbeddedBroker.freePort();
        try (Line line = new Line(port, nobody)) {
            assertThat(line).isNotNull();
            try (Socket first = new Socket(LOOPBACK, port)) {
                assertThat(endOf(first)).isTrue();
            }
            try (ServerSocket server = new ServerSocket(nobody, 50, LOOPBACK);
                    Socket second = new Socket(LOOPBACK, port)) {
                echo(server);
                assertThat(answer(second, 3)).isEqualTo(3);
            }
        }
    }

    /** Sends every connection's bytes back. */
    private static void echo(ServerSocket server) {
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    new Thread(() -> back(socket)).start();
                } catch (IOException closed) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void back(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ended) {
            // As a cut line does it.
        }
    }

    private static int answer(Socket socket, int sent) throws IOException {
        socket.getOutputStream().write(sent);
        return socket.getInputStream().read();
    }

    private static boolean endOf(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
