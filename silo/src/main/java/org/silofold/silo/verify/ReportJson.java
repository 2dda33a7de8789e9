package org.silofold.silo.verify;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report as JSON: {@code exitCode}, {@code openedBy} or null, {@code findings}, {@code models}, {@code rejections}, {@code unverified}. */
public final class ReportJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ReportJson() {}

    /** Writes the file. */
    public static void write(Report report, Path file) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("exitCode", report.exitCode());
        root.put("openedBy", report.openedBy().orElse(null));
        root.put("findings", report.findings().stream().map(ReportJson::finding).toList());
        root.put("models", report.models());
        root.put("rejections", report.rejections());
        root.put("unverified", report.unverified());
        JSON.writeValue(file.toFile(), root);
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("verdict", finding.verdict().code());
        fields.put("kind", finding.kind().code());
        finding.at().ifPresent(at -> fields.put("at", at));
        fields.put("what", finding.what());
        return fields;
    }
}
