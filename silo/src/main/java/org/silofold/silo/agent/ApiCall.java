package org.silofold.silo.agent;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request to the local API, and its answer. */
final class ApiCall {
    static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final long DRAIN_BYTES = 512L * 1024 * 1024;

    private final HttpExchange exchange;
    private final List<String> path;
    private final Map<String, String> query;

    ApiCall(HttpExchange exchange) {
        this.exchange = exchange;
        this.path = List.of(exchange.getRequestURI().getPath().substring(1).split("/", -1));
        this.query = parse(exchange.getRequestURI().getRawQuery());
    }

    /** Method and path with {@code *} for what varies: matched against {@code GET v1/models/} and the like. */
    boolean is(String method, String... pattern) {
        if (!exchange.getRequestMethod().equals(method) || path.size() != pattern.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (!pattern[i].equals("*") && !pattern[i].equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    String segment(int index) {
        return path.get(index);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    long number(String name) {
        String text = parameter(name).orElseThrow(() -> bad("parameter " + name + " is missing"));
        return parse(name, text);
    }

    long number(String name, long otherwise) {
        return parameter(name).map(text -> parse(name, text)).orElse(otherwise);
    }

    /** How long the caller is willing to wait, bounded. */
    Duration wait(String name) {
        Duration asked = Duration.ofMillis(Math.max(0, number(name, 0)));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    InputStream body() {
        return exchange.getRequestBody();
    }

    /** Answers with JSON. Reads what is left of the body first, so that a caller who is still sending gets the answer. */
    void answer(int status, JsonNode json) throws IOException {
        drain();
        byte[] bytes = JSON.writeValueAsBytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Answers a caller that may not ask, without a look at the body; the caller of this then ends the connection. */
    void refuse(int status, JsonNode json) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(json);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
    }

    /** Answers that there is nothing (new). */
    void nothing() throws IOException {
        exchange.sendResponseHeaders(204, -1);
    }

    /** Answers with this many bytes. */
    void answer(InputStream bytes, long length) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        exchange.sendResponseHeaders(200, length);
        bytes.transferTo(exchange.getResponseBody());
    }

    static AgentException bad(String message) {
        return new AgentException(AgentException.BAD_REQUEST, message);
    }

    private void drain() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = DRAIN_BYTES;
        int count = 0;
        while (left > 0 && count >= 0) {
            count = exchange.getRequestBody().read(buffer);
            left -= count;
        }
    }

    private static long parse(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new AgentException(AgentException.BAD_REQUEST, name + " is not a whole number: " + text, e);
        }
    }

    private static Map<String, String> parse(String raw) {
        Map<String, String> values = new HashMap<>();
        if (raw == null) {
            return values;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new AgentException(AgentException.BAD_REQUEST, "the query is not URL-encoded", e);
        }
    }
}
