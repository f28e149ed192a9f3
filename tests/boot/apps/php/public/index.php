<?php
require __DIR__ . '/../vendor/autoload.php';

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/facts':
        error_log('asked for facts');
        header('Content-Type: application/json');
        echo json_encode([
            'folder' => getcwd(),
            'user' => posix_getuid(),
            'word' => getenv('WORD'),
            'memory' => ini_get('memory_limit'),
            'time' => ini_get('max_execution_time'),
            'errors' => ini_get('display_errors'),
            'https' => $_SERVER['HTTPS'],
            'rewritten' => $_SERVER['SCRIPT_NAME'],
        ]);
        break;
    default:
        echo Greeting\Hello::to('php');
}
