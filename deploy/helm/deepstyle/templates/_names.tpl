{{- define "deepstyle.labels" -}}
app.kubernetes.io/name: deepstyle
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
