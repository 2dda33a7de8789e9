package org.silofold.silo.sdk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.silofold.fuzz.Oracle;

/** What the SDK reads from whatever listens in the agent's place. */
class AnswersFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @FuzzTest
    void answers(byte[] data) {
        JsonNode json;
        try {
            json = JSON.readTree(data);
        } catch (IOException e) {
            return;
        }
        Oracle.accepts(() -> ApiAnswers.status(json), SiloException.class);
        Oracle.accepts(() -> ApiAnswers.update(json), SiloException.class);
        Oracle.accepts(() -> ApiAnswers.model(json, new float[0]), SiloException.class);
        Oracle.accepts(() -> ApiAnswers.updateId(json), SiloException.class);
        Oracle.accepts(() -> ApiAnswers.parameterCount(json), SiloException.class);
        Oracle.accepts(() -> ApiAnswers.error(json), SiloException.class);
    }
}
